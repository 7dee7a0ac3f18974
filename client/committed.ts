/**
 * The operations without their dry runs: what the client calls is carried out, so that every answer has its `id`. A dry
 * run answers in another shape (`…DryRun` of `Schemas`).
 */
type OfContent<Content> = { [Media in keyof Content]: Exclude<Content[Media], { dryRun: true }> };
type OfResponses<Responses> = {
  [Status in keyof Responses]: Responses[Status] extends { content: infer Content }
    ? Omit<Responses[Status], 'content'> & { content: OfContent<Content> }
    : Responses[Status];
};
/** No other parameter of a write stands in its query. */
type OfParameters<Parameters> = Parameters extends { query?: { dryRun?: boolean } }
  ? 'dryRun' extends keyof NonNullable<Parameters['query']>
    ? Omit<Parameters, 'query'> & { query?: never }
    : Parameters
  : Parameters;
type OfOperation<Operation> = Operation extends { parameters: infer Parameters; responses: infer Responses }
  ? Omit<Operation, 'parameters' | 'responses'> & {
      parameters: OfParameters<Parameters>;
      responses: OfResponses<Responses>;
    }
  : Operation;

export type Committed<Paths> = {
  [Path in keyof Paths]: { [Method in keyof Paths[Path]]: OfOperation<Paths[Path][Method]> };
};
