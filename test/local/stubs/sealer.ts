/** Seals nothing: there is no audit among stubs. */
export const handler = async (): Promise<void> => {};
