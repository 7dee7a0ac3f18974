/** Whether a token is signed by a key of its issuer, as of the issuer's present key generation. */
import type { Gate } from '../identity-providers/gate.ts';
import { candidateKeys, type UsableKey } from '../identity-providers/key-set.ts';
import type { KeyKeeper } from '../identity-providers/keys.ts';
import type { Clock } from '../platform/time.ts';
import { type SignatureCache, type SignatureChecked, verifySignature } from './signature.ts';
import type { TrustedIssuer } from './steps.ts';
import type { Token } from './token.ts';

export interface SignatureParts {
  readonly keys: KeyKeeper;
  readonly signatures: SignatureCache;
  readonly clock: Clock;
}

export interface ProvedSignature {
  readonly candidates: readonly UsableKey[];
  readonly signature: SignatureChecked;
}

export const signatureProver = ({ keys, signatures, clock }: SignatureParts) => {
  /** The keys to try, or undefined when they had to be fetched and all must be read again. */
  const candidatesFor = async (token: Token, issuer: TrustedIssuer, gate: Gate, askedForKid: boolean) => {
    const held = keys.held(issuer.id, gate, clock());
    if (!held) {
      await keys.refresh(issuer, gate, false);
      return undefined;
    }
    const candidates = candidateKeys(held.keys, token.header, issuer.allowedAlgorithms);
    const isKnown = held.keys.some(({ kid }) => kid === token.header.kid);
    if (candidates.length > 0 || isKnown || askedForKid) return candidates;
    await keys.refresh(issuer, gate, true);
    return undefined;
  };

  const check = async (token: Token, issuer: TrustedIssuer, gate: Gate, candidates: readonly UsableKey[]) => {
    const under = { identityProviderId: issuer.id, keyGeneration: gate.keyGeneration };
    const known = signatures.find(token.text, under);
    // The key must be one that is there now: it may have been withdrawn since it was checked.
    if (known !== undefined && candidates.some(({ thumbprint }) => thumbprint === known))
      return { ok: true, thumbprint: known } as const;
    const checked = await verifySignature(token, candidates);
    if (checked.ok) signatures.keep(token.text, checked.thumbprint, under);
    return checked;
  };

  return {
    /** Whether keys of the issuer are in memory that may be used now. */
    hasKeys: (issuer: TrustedIssuer, gate: Gate): boolean => keys.held(issuer.id, gate, clock()) !== undefined,

    /**
     * What the signature is worth, or undefined when keys had to be fetched: time has passed, so all must be read again.
     * @param askedForKid whether the issuer has been asked for this token's unknown `kid` already
     * @throws Problem `unavailable` when the issuer does not answer
     */
    async prove(
      token: Token,
      issuer: TrustedIssuer,
      gate: Gate,
      askedForKid: boolean,
    ): Promise<ProvedSignature | undefined> {
      const candidates = await candidatesFor(token, issuer, gate, askedForKid);
      return candidates && { candidates, signature: await check(token, issuer, gate, candidates) };
    },
  };
};
export type SignatureProver = ReturnType<typeof signatureProver>;
