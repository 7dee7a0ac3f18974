/** Texts that are tokens, or nearly. Nothing here signs: `signature.test.ts` does. */

export const encode = (content: string | Uint8Array): string => Buffer.from(content).toString('base64url');

/** The compact serialization of these JSON texts. Text, not objects, so that a test can write what no serializer would. */
export const compact = (header: string, payload: string, signature = encode('a signature')): string =>
  `${encode(header)}.${encode(payload)}.${signature}`;

export const HEADER = '{"alg":"RS256","kid":"key-1","typ":"JWT"}';
export const PAYLOAD = '{"iss":"https://idp.example","sub":"alice"}';
export const aToken = (): string => compact(HEADER, PAYLOAD);
