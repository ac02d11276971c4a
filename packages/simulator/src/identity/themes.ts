import type { Theme } from '#src/page';

/** Makes the providers' pages distinguishable; none imitates the real one. */
export const themes = {
  dtc: { mark: 'Example Account', accent: '#6d28d9', background: '#f5f3ff', radius: '.4rem' },
  google: { mark: 'Google', accent: '#1a73e8', background: '#ffffff', radius: '2rem' },
  facebook: { mark: 'Facebook', accent: '#1877f2', background: '#e9ebee', radius: '.3rem' },
  apple: { mark: 'Apple Account', accent: '#1d1d1f', background: '#fbfbfd', radius: '.9rem' },
} as const satisfies Readonly<Record<string, Theme>>;
