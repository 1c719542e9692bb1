package dev.sluice.adapter.files;

import com.amazonaws.AmazonClientException;
import com.amazonaws.AmazonServiceException;
import com.amazonaws.services.s3.model.PutObjectRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.store.audit.AuditSpan;
import org.apache.hadoop.util.Progressable;

/**
 * S3A that creates what two drivers may race for, entries of a Delta log and leases, by a conditional write
 * ({@code If-None-Match: *}): one of them wins and the others find a file. S3A of Hadoop 3.3 looks whether a file is there and
 * then writes, so that both believe that they won and the first one's commit is lost. Everything else is S3A's own.
 *
 * <p>Needs the AWS SDK 1.12 that S3A of Hadoop 3.3 comes with, and a store that knows conditional writes; S3 does.
 */
public final class ExactS3AFileSystem extends S3AFileSystem {
    /** Another conditional write of the same name was going on: its end decides. */
    private static final int CONFLICT = 409;

    private static final int PRECONDITION_FAILED = 412;
    private static final int ATTEMPTS = 5;

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        if (overwrite || !isRacedFor(path)) {
            return super.create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
        }
        return new FSDataOutputStream(new Claim(makeQualified(path)), null);
    }

    /** Entries and leases are small; a checkpoint of the log is not, and is the same whoever writes it. */
    private static boolean isRacedFor(Path path) {
        String text = path.toUri().getPath();
        return text.matches(".*/_delta_log/[^/]*\\.json") || text.contains("/_sluice/lease/");
    }

    /** Gathers a file and claims its name for it when it is closed. */
    private final class Claim extends ByteArrayOutputStream {
        private final Path path;
        private boolean closed;

        Claim(Path path) {
            this.path = path;
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                claim(path, toByteArray());
            }
        }
    }

    private void claim(Path path, byte[] content) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (AuditSpan span = createSpan("op_create", pathToKey(path), null)) {
                span.activate();
                putObject(request(path, content)).getUpload().waitForUploadResult();
                return;
            } catch (AmazonServiceException e) {
                if (e.getStatusCode() == PRECONDITION_FAILED) {
                    if (Arrays.equals(content, stored(path))) {
                        return; // the SDK sends again what was not answered: the first one was ours
                    }
                    throw new FileAlreadyExistsException(path + " already exists");
                }
                if (e.getStatusCode() != CONFLICT || attempt == ATTEMPTS) {
                    throw failed(path, e);
                }
            } catch (AmazonClientException e) {
                throw failed(path, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("conditional write of " + path + " was interrupted");
            }
        }
    }

    private PutObjectRequest request(Path path, byte[] content) {
        PutObjectRequest request = getRequestFactory()
                .newPutObjectRequest(
                        pathToKey(path), newObjectMetadata(content.length), new ByteArrayInputStream(content));
        request.putCustomRequestHeader("If-None-Match", "*");
        return request;
    }

    /** What is at the path; empty bytes where it is gone again. */
    private byte[] stored(Path path) throws IOException {
        try (InputStream in = open(path)) {
            return in.readAllBytes();
        } catch (FileNotFoundException e) {
            return new byte[0];
        }
    }

    private static IOException failed(Path path, AmazonClientException cause) {
        return new IOException("conditional write of " + path + " failed: " + cause.getMessage(), cause);
    }
}
