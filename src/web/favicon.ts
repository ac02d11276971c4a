interface Colors {
  readonly accent: string;
  readonly accentText: string;
}

/** An SVG icon for a brand without one: a screen in its accent. */
export const favicon = ({ accent, accentText }: Colors): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${accent}"/><rect x="6" y="7.5" width="20" height="13.5" rx="2.5" fill="none" stroke="${accentText}" stroke-width="2.5"/><path d="M11 25.5h10" stroke="${accentText}" stroke-width="2.5" stroke-linecap="round"/></svg>
`;
