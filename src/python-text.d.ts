/** Programs in Python that are handed to the user's Python come as text: script/build.mjs and jest.config.js load them so. */
declare module '*.py' {
  const text: string;
  export default text;
}
