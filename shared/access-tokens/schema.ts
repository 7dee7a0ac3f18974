import * as z from 'zod';
import { idOf } from '../platform/ids.ts';

/**
 * Who a person was for one identity provider when the token was issued; what the person may do is read anew at each
 * call. Once the provider has been changed, or its keys revoked, this is no longer what it says.
 */
const Identity = z.object({
  identityProviderId: idOf('idp'),
  federationId: idOf('fed'),
  revision: z.number(),
  keyGeneration: z.number(),
  userName: z.string(),
  groups: z.array(z.string()),
});
export type Identity = z.infer<typeof Identity>;

/** A token of `/oauth2/token`: opaque, of its secret only the SHA-256 is kept. */
export const AccessToken = z.object({
  id: idOf('tok'),
  version: z.number(),
  secretHash: z.string(),
  /** `key_…` of client credentials, `cis_…` of a caller issuer, `idp_…` of a person's identity provider. */
  issuedTo: z.string(),
  /** Of a caller issuer's JWT, what it was let in by; null for others. */
  claims: z.record(z.string(), z.string()).nullable(),
  /** Of a person, for each federation that knows it. */
  identities: z.array(Identity),
  issuedAt: z.number(),
  expiresAt: z.number(),
});
export type AccessToken = z.infer<typeof AccessToken>;
