const generator = 65_537n;

const primes = [11n, 13n, 17n, 19n, 37n, 53n, 61n, 71n, 73n, 79n, 97n, 103n, 107n, 109n, 127n, 151n, 157n];

/**
 * Whether an RSA modulus (base64url) has the fingerprint of a library that generated factorable primes: modulo each of
 * these primes, it is a power of 65537. CVE-2017-15361, "The Return of Coppersmith's Attack", section 4.
 */
export const hasRocaPrimes = (modulus: string): boolean => {
  const n = BigInt(`0x${Buffer.from(modulus, 'base64url').toString('hex')}`);
  return primes.every((prime) => isPowerOfGenerator(n % prime, prime));
};

const isPowerOfGenerator = (residue: bigint, prime: bigint): boolean => {
  let power = 1n;
  do {
    if (power === residue) return true;
    power = (power * generator) % prime;
  } while (power !== 1n);
  return false;
};
