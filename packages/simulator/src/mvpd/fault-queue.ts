/** What an MVPD sends wrongly on order: which MVPD's next answers are bent, how, and how many of them. */
export const createBendOrders = <Bend extends string>() => {
  let orders: { mvpd: string; bend: Bend; left: number }[] = [];
  return {
    /** The next `times` of the MVPD, for ever unless given. Answers how to take that back. */
    add: (mvpd: string, bend: Bend, times = Number.POSITIVE_INFINITY): (() => void) => {
      const order = { mvpd, bend, left: times };
      orders.push(order);
      return () => {
        orders = orders.filter((other) => other !== order);
      };
    },
    /** The bend of what the MVPD sends now, if one is ordered; counts it. */
    next: (mvpd: string): Bend | undefined => {
      const found = orders.find((order) => order.mvpd === mvpd);
      if (!found) return undefined;
      found.left -= 1;
      if (found.left === 0) orders = orders.filter((order) => order !== found);
      return found.bend;
    },
    clear: (): void => {
      orders = [];
    },
  };
};
