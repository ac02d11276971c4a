// Prints the credentials that the platform gives, twice.
import { createCredentialSource } from '#src/signing-keys/kms/credentials';

const settings = { origin: 'https://kms.example', region: 'eu-central-1', timeout: 2_000 };
const source = createCredentialSource({ ...settings, credentials: 'platform' });
await source.open();
console.log(JSON.stringify([await source.current(), await source.current()]));
