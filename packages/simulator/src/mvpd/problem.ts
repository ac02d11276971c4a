/** A request that an MVPD rejects; the message is shown to the person at the browser. */
export class MvpdProblem extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.name = 'MvpdProblem';
    this.status = status;
  }
}
