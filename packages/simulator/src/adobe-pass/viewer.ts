/** Whom a regular profile belongs to. */
export interface Owner {
  readonly client: string;
  readonly device: string;
  readonly serviceProvider: string;
}

/** Who asks, and by whose word they may see more than the device's own. */
export interface Viewer {
  readonly owner: Owner;
  readonly subject: string | null;
  readonly platformSubject: string | null;
  /** The MVPD that the partner's framework vouches for. */
  readonly partner: string | null;
}
