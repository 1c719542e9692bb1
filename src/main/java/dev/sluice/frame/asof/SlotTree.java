package dev.sluice.frame.asof;

/**
 * Values that count for ranges of slots, of which a slot needs the best. A range is made of few nodes of a tree over all slots: a
 * value is offered to these nodes, and what they hold goes down to the slots in the end.
 */
abstract class SlotTree {
    private final int slots;

    SlotTree(int slots) {
        this.slots = slots;
    }

    /** Number of nodes. Node 0 is none; node i has the children 2 i and 2 i + 1. */
    final int nodes() {
        return 2 * slots;
    }

    /** The node of a slot. */
    final int node(int slot) {
        return slots + slot;
    }

    /** Offers the value at hand to the slots from one until before another. */
    final void offer(int from, int until) {
        int low = node(from);
        int high = node(until);
        while (low < high) {
            if ((low & 1) == 1) {
                offer(low++);
            }
            if ((high & 1) == 1) {
                offer(--high);
            }
            low >>= 1;
            high >>= 1;
        }
    }

    /** Brings everything down to the slots. */
    final void settle() {
        for (int node = 1; node < slots; node++) {
            passDown(node, 2 * node);
            passDown(node, 2 * node + 1);
        }
    }

    /** Offers the value at hand to a node. */
    abstract void offer(int node);

    /** Offers what a node holds to its child. */
    abstract void passDown(int node, int child);
}
