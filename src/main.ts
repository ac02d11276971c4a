export const main = async (_args: string[]): Promise<void> => {};
