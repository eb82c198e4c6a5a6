import { describeEveryStatement } from './support/describe-story.js';
import { STORIES } from './support/stories.js';

describeEveryStatement(STORIES.rollback);
