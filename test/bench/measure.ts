/** How often `work` is done in a second by so many callers, each starting anew when it has ended. */
export async function perSecond(work: () => Promise<void>, callers: number, ms: number): Promise<number> {
  let done = 0;
  const startedAt = performance.now();
  const until = startedAt + ms;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (done * 1000) / (performance.now() - startedAt);
}

/** The value below which this share of the sample lies (nearest rank). */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
