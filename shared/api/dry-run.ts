/** What a thing has only once it exists, or shows only once. */
export const NOT_IN_A_DRY_RUN: ReadonlySet<string> = new Set(['id', 'etag', 'key', 'secret', 'clientSecret']);

/** The view of what would be, as a dry run shows it. */
export const rehearsed = (view: unknown): Record<string, unknown> => {
  const shown = Object.entries(view ?? {}).filter(([name]) => !NOT_IN_A_DRY_RUN.has(name));
  return { ...Object.fromEntries(shown), dryRun: true };
};
