/** For jest: a file that code imports as its text. https://jestjs.io/docs/code-transformation */
export default {
  process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }),
};
