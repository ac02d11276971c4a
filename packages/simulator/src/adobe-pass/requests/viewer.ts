/** The owner of a regular profile. */
export interface Owner {
  readonly client: string;
  readonly device: string;
  readonly serviceProvider: string;
}

/** The caller, and the identities that give access to profiles beyond the device's own. */
export interface Viewer {
  readonly owner: Owner;
  readonly subject: string | null;
  readonly platformSubject: string | null;
  /** The MVPD that the partner's framework vouches for. */
  readonly partner: string | null;
}
