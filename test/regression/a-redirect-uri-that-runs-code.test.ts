import { expect, test } from 'vitest';
import { redirectUris } from '#src/config/checks/redirect-uris';
import { app } from '../support/builders.ts';
import { faultsIn } from '../support/review.ts';

const messagesFor = (uri: string) =>
  redirectUris({ apps: [app({ redirectUris: [uri] })] }).map(({ message }) => message);

// The rule looked at the first letters of the text; browsers skip spaces and line breaks before they do.
test.each([
  '  javascript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'https:\\\\evil.example',
])('a redirect URI is not written as %j', (uri) => {
  expect(messagesFor(uri)).toEqual(['must have no spaces, backslashes or invisible characters']);
});

test.each([
  'JavaScript:alert(1)',
  'view-source:https://evil.example',
  'filesystem:https://evil.example/a',
  'intent://evil.example',
  'content://com.example/a',
  'https:app.example',
])('the scheme of %s is not an app of its own', (uri) => {
  expect(messagesFor(uri)).toEqual(['must not have this scheme']);
});

test('no URL that others see has a password, nor is it repeated', async () => {
  expect(messagesFor('https://olga:S3cret@app.example/in#x')).toEqual(['must have no user or password']);
  const faults = await faultsIn('home: { redirect: "https://olga:S3cret@www.example/" }\n');
  expect(faults.join('\n')).toContain('home.redirect  must have no user or password');
  expect(faults.join('\n')).not.toContain('S3cret');
});
