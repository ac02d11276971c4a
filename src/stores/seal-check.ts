/** The word that a store keeps sealed with its key: a key that cannot open it is wrong. */
export const sealCheck = { word: 'kinpass', context: 'seal_checks/sealed' } as const;
