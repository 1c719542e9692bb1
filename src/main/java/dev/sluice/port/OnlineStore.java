package dev.sluice.port;

import java.io.Serializable;
import java.util.List;

/** Where the newest features of each entity are looked up one by one. Sent to executors, which write. */
public interface OnlineStore extends Serializable {

    /**
     * Opens a view for the one thread that asks.
     *
     * @throws dev.sluice.core.SluiceException ONLINE_STORE_UNAVAILABLE, ONLINE_STORE_REFUSED or ACCESS_DENIED
     */
    Session open(OnlineView view);

    /** A view that is open. All methods throw as {@link OnlineStore#open} does, and ONLINE_STORE_FULL. */
    interface Session extends AutoCloseable {
        /**
         * Writes each row unless the store has a younger one of its entity in this view, whoever wrote that and whenever. A
         * row becomes visible as a whole. Doing it again changes nothing; after a failure any of the rows may be there. Of an
         * entity that is deleted nothing is served; its time stays, so that an older row does not bring it back.
         *
         * @param rows of different entities
         * @return how many rows the store has now: the others were older
         * @throws dev.sluice.core.SluiceException INPUT_MALFORMED for a value that the store cannot keep
         */
        int write(List<OnlineRow> rows);

        /**
         * What the store has in the place of each feature of each row, in their order. Where it has another event time, every
         * feature is said to be of that; of a deleted entity a feature is equal where there is none.
         *
         * @param rows of different entities
         */
        List<List<OnlineMatch>> compare(List<OnlineRow> rows);

        /**
         * Takes away the rows of the view that had ended by then, where the store does not do so of its own accord.
         *
         * @param millis since 1970
         * @return how many entities that were
         */
        int forget(long millis);

        /**
         * Names the time in which the store loses nothing that it has taken. Once the name is another, as after a start of one that
         * keeps rows in memory, rows that were written before may be gone.
         */
        String life();

        @Override
        void close();
    }
}
