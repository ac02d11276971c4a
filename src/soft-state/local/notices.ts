import type { NoticeBoard, NoticeListener } from '../ports.ts';

/** Returns how one more process joins. What listeners do is bounded by whoever calls across processes. */
export const createNoticeHub = (): (() => NoticeBoard) => {
  const members = new Set<Set<NoticeListener>>();
  return () => {
    const own = new Set<NoticeListener>();
    return {
      async send(notices) {
        const others = [...members].filter((member) => member !== own).flatMap((member) => [...member]);
        await Promise.allSettled(others.map((listener) => listener(notices)));
      },
      receive(listener) {
        members.add(own.add(listener));
        return () => {
          own.delete(listener);
          if (own.size === 0) members.delete(own);
        };
      },
    };
  };
};
