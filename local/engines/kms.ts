/** Answers Sign and GetPublicKey of KMS, for keys on P-256. Private keys are in this process and their files only. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { type LoopbackServer, listenOnLoopback } from './loopback-server.ts';

const ALGORITHM = 'ECDSA_SHA_256';
/** KMS hashes what is given as RAW, and takes so many bytes of it (KMS API reference, Sign). */
const MESSAGE_BYTES_MAX = 4096;
const Base64 = z.base64().transform((encoded) => Buffer.from(encoded, 'base64'));
const Call = z.discriminatedUnion('operation', [
  z.object({
    operation: z.literal('TrentService.Sign'),
    KeyId: z.string(),
    Message: Base64.refine(
      ({ length }) => length > 0 && length <= MESSAGE_BYTES_MAX,
      `is 1 to ${MESSAGE_BYTES_MAX} bytes`,
    ),
    MessageType: z.literal('RAW'),
    SigningAlgorithm: z.literal(ALGORITHM),
  }),
  z.object({ operation: z.literal('TrentService.GetPublicKey'), KeyId: z.string() }),
]);

/** @param keys private keys by ID */
export const startKms = (keys: ReadonlyMap<string, KeyObject>): Promise<LoopbackServer> =>
  listenOnLoopback(async (request, response) => {
    const input: object = JSON.parse(await text(request));
    const call = Call.safeParse({ ...input, operation: request.headers['x-amz-target'] });
    if (!call.success) {
      return answer(response, 400, { __type: 'ValidationException', message: z.prettifyError(call.error) });
    }
    const { KeyId } = call.data;
    const key = keys.get(KeyId);
    if (!key) return answer(response, 400, { __type: 'NotFoundException', message: `There is no key ${KeyId}.` });
    switch (call.data.operation) {
      case 'TrentService.Sign': {
        const Signature = sign('sha256', call.data.Message, key).toString('base64');
        return answer(response, 200, { KeyId, Signature, SigningAlgorithm: ALGORITHM });
      }
      case 'TrentService.GetPublicKey': {
        const PublicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
        const use = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', SigningAlgorithms: [ALGORITHM] };
        return answer(response, 200, { KeyId, PublicKey, ...use });
      }
    }
  });

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
