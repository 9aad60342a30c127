// The conversations of the conversion tests, from each SDK to the fake upstream that speaks its
// protocol, with nothing between: whatever fails here is a fault of the fake or of a test.

import { directConversations } from './support/conversion.mjs';

directConversations();
