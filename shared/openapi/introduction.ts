/** What holds for every operation, and what was chosen where the contract is silent. */
export const INTRODUCTION = `Workforce identity federation for databases: people sign in with the company's own OIDC identity provider; a ticketing
system grants an IdP user or group access to clusters, for good or for a limited time; access ends on the second it
should; and when a signing key leaks, one call makes every cluster forget it.

**Conventions.** Bodies are JSON unless said; fields are camelCase; instants are RFC 3339 UTC with milliseconds;
durations ISO 8601. Answers may get new fields. Identifiers are prefixed and sort by creation. A list is \`{"items":
[…], "nextCursor": "…"}\`; its cursor is sealed, belongs to one list with its filters, and may be followed by a page
that is short or empty while there is more. An unknown field or query parameter is refused. A body's instant may have
any offset; what is finer than a millisecond is cut. Intervals do not hold their end: at \`expiresAt\` a grant has
ended. Durations are weeks to seconds, from one second to 100 years; \`P1D\` is 24 hours. A list may miss what was
created in the last moment; a read by identifier never does.

**Entity tags** are strong. \`If-Match\` takes a list of them or \`*\`; without it the last writer wins. A change that
changes nothing answers 200 with the same tag.

**Errors** are problem details (RFC 9457) with a stable \`type\` and every broken field at once; nothing was stored.
What a caller may not see is 404, with the same body as what does not exist. \`/oauth2/token\` answers errors as RFC
6749 section 5.2 says.

**Callers** show a Bearer: an API key, an access token of \`/oauth2/token\`, or a person's own access token of a
connected identity provider. A person without a role binding is 403. An access token of client credentials lives an
hour, one of a pipeline's JWT a quarter of an hour, one of a person's token as long as that at most; each ends with
what it was issued to.

**Limits.** A caller is answered at most 12,000 calls a minute, or its own \`requestsPerMinute\`; beyond that 429 with
\`Retry-After\`. Sign-in discovery is answered 100 times a minute for one address. Verdicts are not counted.

**Hooks** are called by a signature over the body, without a caller: 600 deliveries a minute for one address. A delivery that
comes again answers as the first.

**Events** go to webhooks, signed, and to the account's event bus, as CloudEvents 1.0 whose \`id\` is the \`webhook-id\`: at
least once, in no promised order. One of more than 20 KB has \`dataref\`, the path to read it at, instead of \`data\`.

**Choices.** The order of checks is: who calls (401), how often (429), whether the thing is there for it (404) and it
has the right (403), query (400) and body (422), \`Idempotency-Key\`, and then the state (409, 412, 422). A broken
\`dryRun\` or \`Idempotency-Key\` is 400. A dry run takes no idempotency key's place; with a key that has been used it
is 422. \`Idempotency-Key\` is taken on every POST. Deleting an API key, a role binding or a caller issuer takes
effect with the next call.
`;
