/** Signing secrets of hooks: drawn, sealed for their hook, opened to check a delivery. */
import type { Ids } from '../platform/ids.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Signing } from './schema.ts';

/** Base62 characters of a drawn secret, 285 bits; after `whsec_` they are Base64 of 36 bytes, without padding. */
const DRAWN_CHARACTERS = 48;

export const drawnSecret = (format: Signing['format'], ids: Pick<Ids, 'secret'>): string =>
  `${format === 'standard-webhooks' ? 'whsec_' : ''}${ids.secret(DRAWN_CHARACTERS)}`;

const purpose = (hookId: string): string => `secret of ${hookId}`;

/** No other hook's, and no one else's, can be put in its place. */
export const sealedSecret = (sealer: Sealer, hookId: string, secret: string): string =>
  sealer.seal(secret, purpose(hookId));

export const openedSecret = (sealer: Sealer, hookId: string, sealed: string): string | undefined =>
  sealer.open(sealed, purpose(hookId));
