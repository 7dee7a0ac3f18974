/** What a thing has only once it exists, or shows only once. */
export const NOT_IN_A_DRY_RUN: ReadonlySet<string> = new Set(['id', 'etag', 'key', 'secret', 'clientSecret']);
