package dev.sluice.port;

import java.io.Serializable;
import java.util.List;
import java.util.Set;

/** Where the newest features of each entity are looked up one by one. Sent to executors, which write. */
public interface OnlineStore extends Serializable {

    /**
     * Opens a view for the one thread that asks.
     *
     * @throws dev.sluice.core.SluiceException ONLINE_STORE_UNAVAILABLE or ACCESS_DENIED
     */
    Session open(OnlineView view);

    /** A view that is open. All methods throw as {@link OnlineStore#open} does, and ONLINE_STORE_FULL. */
    interface Session extends AutoCloseable {
        /**
         * Writes each row unless the store has a younger one of its entity in this view, whoever wrote that and whenever. A
         * row becomes visible as a whole. Doing it again changes nothing; after a failure any of the rows may be there.
         *
         * @param rows of different entities
         * @return how many rows the store has now: the others were older
         * @throws dev.sluice.core.SluiceException INPUT_MALFORMED for a value that the store cannot keep
         */
        int write(List<OnlineRow> rows);

        /**
         * The features whose stored values are not the row's; none where the store has a younger row. A row that is not there
         * differs in all.
         */
        Set<String> differing(OnlineRow row);

        @Override
        void close();
    }
}
