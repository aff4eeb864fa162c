// What became of a sign-in, or of a whole server, that was given up.

/** `not-offered`: the provider takes nothing back. `failed`: it was asked and did not say yes. `none`: there was nothing. */
export type GivenBack = "revoked" | "not-offered" | "failed" | "none";

/** What the provider made of a sign-in that was given back. Here it is forgotten in any case. */
export interface SignOutReport {
  readonly refreshToken: GivenBack;
  readonly accessToken: GivenBack;
}

/** What became of a server that was removed. */
export interface RemovalReport extends SignOutReport {
  /** The registration that was made for it; `none` for a client that was registered by hand or describes itself. */
  readonly registration: "deleted" | "not-offered" | "failed" | "none";
}
