import { randomInt } from 'node:crypto';

/** What is given, or the environment says, or a fresh one: 32 bits. */
export function seedOf(given?: string): number {
  // biome-ignore lint/style/noProcessEnv: how a run is repeated
  const text = given ?? process.env.SALLYPORT_SEED;
  return text === undefined ? randomInt(2 ** 32) : Number(text) >>> 0;
}
