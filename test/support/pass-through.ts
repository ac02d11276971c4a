/** Settings for tests of what goes to Adobe and back: every read does. */
export const passThrough = {
  knownAnswers: { profileFreshness: '0s', configurationFreshness: '0s' },
} as const;
