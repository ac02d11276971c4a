/** A public test key; only the simulated Apple accepts it. */
export const publishedAppleKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgL81nFIs7H7apNcPz
BusgqQY/5sLqSQkClFX+PIbmEeehRANCAAQ8ARu9TvHWKYixq6ZfKtUmnQGcI+Tf
lvxXCvCtAFI5w2hFSFW+WsTtuKgPO1uR/w5czfTH2OXd+UfDg8MURTp4
-----END PRIVATE KEY-----
`;
