/**
 * Marks for sign-in buttons, as the guidelines of the providers describe them: Google's G in its four colors, Facebook's
 * white f on blue. docs/brand.md says what else the guidelines ask.
 */

/** A ring in four colors, open at the upper end of its right side, and the bar that closes it. */
const google = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><g fill="none" stroke-width="9"><path stroke="#ea4335" d="M38.5 12.2A18.5 18.5 0 0 0 7.6 15.6"/><path stroke="#fbbc05" d="M7.6 15.6a18.5 18.5 0 0 0 0 16.8"/><path stroke="#34a853" d="M7.6 32.4a18.5 18.5 0 0 0 28.4 5.7"/><path stroke="#4285f4" d="M36 38.1A18.5 18.5 0 0 0 42.4 24"/></g><path fill="#4285f4" d="M24 19.6h22.5v8.8H24z"/></svg>
`;

const facebook = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="24" fill="#0866ff"/><path fill="#fff" d="M27 48V29h6.4l1.2-7.5H27v-4.3c0-2.4 1.2-4.3 4.4-4.3h3.4V6.4c-1-.2-3-.4-5-.4-6.2 0-10.4 3.7-10.4 10.4v5.1h-6.6V29h6.6v19z"/></svg>
`;

export const providerMarks = { google, facebook };
