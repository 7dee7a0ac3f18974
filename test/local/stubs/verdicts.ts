/** Answers with the event itself: without a status, the gateway takes it as the body. */
export const handler = async (event: unknown): Promise<unknown> => event;
