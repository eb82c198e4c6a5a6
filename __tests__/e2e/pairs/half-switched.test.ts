/** A block that stopped between two of its statements: one schema new, the other old. Forward by a re-run, back by a rollback. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withCheckpoint } from '../support/checkpoint.js';
