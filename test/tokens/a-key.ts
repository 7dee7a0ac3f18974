/** A public P-256 key, of which nobody has the private part. */
export const publicJwk = {
  kty: 'EC',
  x: 'bttyuuy6s4nIDa-4ufoLeJCQDxkO2NvpgOBS0B4T3GM',
  y: 'VjMxLU2xkt2-gIwSF1rjgUV-TsTsMCmWsBpdL4WSA48',
  crv: 'P-256',
  kid: 'k1',
  use: 'sig',
  alg: 'ES256',
};
