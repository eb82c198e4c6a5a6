import { formatComment, moveMarker } from '../deployment/marker.js';
import type { Marked } from '../deployment/state.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { commentOnSchema } from '../snowflake/statements/schemas.js';
import type { Tools } from '../tools.js';

/** Says on a schema that has a failed name already that it is a failed version: cleanup drops no other. */
export async function markGivenUp(
  tools: Pick<Tools, 'warehouse' | 'clock'>,
  failed: SchemaName,
  { seen, marker }: Marked,
  reason: string,
): Promise<void> {
  const rejected = { reason, at: tools.clock.now().toISOString(), by: marker.run };
  const given = moveMarker(marker, failed, { rejected });
  await tools.warehouse.execute(commentOnSchema(failed, formatComment(seen.comment.words, given)));
}
