/** The admin listener of the gateway that runs with these settings. */
export interface AdminListener {
  readonly origin: string;
  /** Errors: config_invalid if no token has the role; admin_unreachable, admin_refused. */
  get(path: string, role?: 'read'): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Whether the gateway runs. */
export const isRunning = (admin: Pick<AdminListener, 'get'>): Promise<boolean> =>
  admin.get('/livez').then(
    ({ status }) => status === 200,
    () => false,
  );
