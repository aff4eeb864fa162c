// What this package calls itself at servers and in reports.
export const CLIENT_INFO = { name: "agents", version: "0.1.0" } as const;
