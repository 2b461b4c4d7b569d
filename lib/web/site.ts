/** Where the page is served, and what follows from that. */
export interface Site {
  /** The origins under which the page may be reached, given the address the request really arrived at. */
  origins(served: URL): readonly string[];
  /** Name of the session cookie, given the same address. */
  cookie(served: URL): string;
  /** Over TLS: the cookie is `Secure`, and HSTS is sent. */
  readonly secure: boolean;
  /** Links in mail and chat lead here from other sites; a page on 127.0.0.1 is only ever opened by hand. */
  readonly deepLinks: boolean;
  /** What somebody without a session is told. */
  readonly howToEnter: string;
}

/** Cookies are not kept apart by port: the name carries it, so that two deployments on one machine do not collide. */
export const localSite: Site = {
  origins: ({ port }) => [`http://127.0.0.1:${port}`, `http://localhost:${port}`],
  cookie: ({ port }) => `cordon-${port}`,
  secure: false,
  deepLinks: false,
  howToEnter: "Open a new link from the terminal.",
};

/** Behind API Gateway under one name of its own, for example `https://cordon.example.com`. */
export const deployedSite = (origin: string): Site => ({
  origins: () => [origin],
  cookie: () => "__Host-cordon",
  secure: true,
  deepLinks: true,
  howToEnter: "Sign in.",
});
