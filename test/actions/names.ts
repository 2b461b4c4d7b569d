export const ACCOUNT = "123456789012";
export const FOREIGN = "210987654321";
