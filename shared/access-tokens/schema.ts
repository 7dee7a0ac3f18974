import * as z from 'zod';
import { idOf } from '../platform/ids.ts';

/** Who a person was when the token was issued; what the person may do is read anew at each call. */
const Person = z.object({
  userName: z.string(),
  groups: z.array(z.string()),
  /** Of the identity provider when the person's own token was checked: a revocation since then ends this one, too. */
  keyGeneration: z.number(),
});
export type Person = z.infer<typeof Person>;

/** A token of `/oauth2/token`: opaque, of its secret only the SHA-256 is kept. */
export const AccessToken = z.object({
  id: idOf('tok'),
  version: z.number(),
  secretHash: z.string(),
  federationId: idOf('fed'),
  /** `key_…` of client credentials, `cis_…` of a caller issuer, `idp_…` of a person's identity provider. */
  issuedTo: z.string(),
  /** `sub` of a caller issuer's JWT. */
  subject: z.string().nullable(),
  person: Person.nullable(),
  issuedAt: z.number(),
  expiresAt: z.number(),
});
export type AccessToken = z.infer<typeof AccessToken>;
