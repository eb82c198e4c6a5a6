/**
 * Lets Node run this repository's TypeScript as it lies: Node 24 strips the types, but imports name the `.js` that a compiler
 * would have written (https://nodejs.org/api/typescript.html, https://nodejs.org/api/module.html#moduleregisterhooksoptions).
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      const isOurs = specifier.startsWith('.') && specifier.endsWith('.js');
      if (!isOurs || error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      return nextResolve(`${specifier.slice(0, -'.js'.length)}.ts`, context);
    }
  },
});
