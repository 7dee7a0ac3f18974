/** What a test sees of an issuer. */
import type { SignedIn } from './code-flow.ts';
import type { IssuerFault, PublicDocument } from './issuer-faults.ts';
import type { NewKey, SigningAlgorithm } from './issuer-keys.ts';
import type { Person } from './issuer-provider.ts';
import type { Fields } from './token-forge.ts';

export interface NewIssuer {
  /** Its path and the start of its names. Left out: one that no other issuer has. */
  readonly name?: string;
  readonly clientId?: string;
  readonly audience?: string;
  readonly groupsClaim?: string;
  /** Left out: RS256, the one algorithm that every issuer has to know. */
  readonly algorithm?: SigningAlgorithm;
  readonly scopes?: readonly string[];
}

interface Mint {
  /** Over the usual claims (`iss`, `aud`, `sub`, `client_id`, `iat`, `exp`, `jti`); `undefined` leaves one out. */
  readonly claims?: Fields;
  /** Over the usual header (`alg`, `kid`, `typ`), likewise. */
  readonly header?: Fields;
  /** The kid of the key that signs, published or withdrawn. Left out: the current one. */
  readonly key?: string;
  /** `iat`, in ms since 1970. */
  readonly now: number;
  readonly lifetimeSeconds?: number;
}

export interface Issuer {
  readonly issuerUri: string;
  readonly clientId: string;
  readonly audience: string;
  readonly groupsClaim: string;
  readonly jwksUri: string;
  /** An access token by the real authorization code flow with PKCE, with login and consent given at once. */
  token(person: Person): Promise<string>;
  /** The same with ID token and, for the scope `offline_access`, a refresh token. */
  signIn(person: Person, scope?: string): Promise<SignedIn>;
  /** Plays the browser for a client under test: from its authorization URL to its redirect URI with the code. */
  browse(authorizationUrl: string | URL, person: Person): Promise<URL>;
  mint(input: Mint): string;
  /** The document as the issuer serves it now, whatever fault is set: something to alter and give to `setFault`. */
  document(document: PublicDocument): Promise<Record<string, unknown>>;
  /** A new key signs, the old ones are withdrawn (`keepOld`: they stay published). Resolves to the new kid. */
  rotateKeys(input?: NewKey & { keepOld?: boolean }): Promise<string>;
  /** Publishes one more key, which signs nothing but what `mint` is told to sign with it. Resolves to its kid. */
  addKey(input?: NewKey): Promise<string>;
  withdrawKey(kid: string): void;
  publishedKeyIds(): readonly string[];
  thumbprintOf(kid: string): string;
  jwksRequests(): number;
  discoveryRequests(): number;
  nextRequest(document: PublicDocument): Promise<void>;
  setFault(document: PublicDocument, fault: IssuerFault | null): void;
}
