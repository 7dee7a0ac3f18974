/** Pure. Public keys that anybody can sign for, although their form is right and every library takes them. */

/**
 * Primes modulo which Infineon's generator left a mark: its moduli are powers of 65537 there (CVE-2017-15361, Nemec et
 * al., "The Return of Coppersmith's Attack", CCS 2017). Only primes where 65537 does not generate everything tell.
 */
const ROCA_PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/** For each prime the powers of 65537 modulo it. */
const ROCA_RESIDUES = ROCA_PRIMES.map((prime) => ({ prime: BigInt(prime), powers: powersOf65537(prime) }));

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power);
  return powers;
}

/** Whether the modulus (big-endian) has the fingerprint of ROCA. A sound one has it once in some hundred million. */
export function isRocaModulus(modulus: Buffer): boolean {
  const n = BigInt(`0x${modulus.toString('hex')}`);
  return ROCA_RESIDUES.every(({ prime, powers }) => powers.has(Number(n % prime)));
}

/**
 * Encodings (little-endian, sign bit cleared) of the points of Ed25519 whose order is 8 or less, as RFC 7748 section 7
 * and libsodium's blacklist treat them: under such a key one signature fits many messages.
 */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** Whether an Ed25519 public key (RFC 8032 section 5.1.2, 32 octets) is a point of small order. */
export function isSmallOrderPoint(point: Buffer): boolean {
  const unsigned = Buffer.from(point);
  unsigned[31] = (unsigned[31] ?? 0) & 0x7f;
  return SMALL_ORDER.has(unsigned.toString('hex'));
}
