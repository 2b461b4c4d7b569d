/** As JSON.parse gives it; nothing about its members is certain. */
export type Members = Readonly<Record<string, unknown>>;
