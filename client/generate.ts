/** The types of the client, from the OpenAPI document. */
import openapiTS, { astToString } from 'openapi-typescript';

const HEAD = '/** Made by `npm run docs` from docs/openapi.json. Do not edit. */\n';

/** @param document the OpenAPI document as JSON text */
export const clientTypes = async (document: string): Promise<string> =>
  HEAD + astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }));
