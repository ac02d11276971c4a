/** Faults injected into the responses of MVPDs, each for the next `times` responses of one MVPD. */
export const createFaultQueue = <Kind extends string>() => {
  let faults: { mvpd: string; kind: Kind; left: number }[] = [];
  return {
    /** Queues a fault, without limit unless `times` is given. Returns a function that removes it. */
    add: (mvpd: string, kind: Kind, times = Number.POSITIVE_INFINITY): (() => void) => {
      const fault = { mvpd, kind, left: times };
      faults.push(fault);
      return () => {
        faults = faults.filter((other) => other !== fault);
      };
    },
    /** The kind of fault for the response that the MVPD sends now; uses it up. */
    next: (mvpd: string): Kind | undefined => {
      const found = faults.find((fault) => fault.mvpd === mvpd);
      if (!found) return undefined;
      found.left -= 1;
      if (found.left === 0) faults = faults.filter((fault) => fault !== found);
      return found.kind;
    },
    clear: (): void => {
      faults = [];
    },
  };
};
