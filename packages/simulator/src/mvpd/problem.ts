/** A request that an MVPD does not serve: its text is what the person at the browser reads. */
export class MvpdProblem extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.name = 'MvpdProblem';
    this.status = status;
  }
}
