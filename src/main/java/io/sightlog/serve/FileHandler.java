package io.sightlog.serve;

import java.util.Arrays;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Hands out the files of the page. */
final class FileHandler extends Handler.Abstract.NonBlocking {
    private final PageFiles files;

    FileHandler(PageFiles files) {
        this.files = files;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        PageFiles.PageFile file = files.at(String.valueOf(request.getHttpURI().getPath()));
        if (file == null) {
            return false;
        }
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
        headers.put(HttpHeader.ETAG, file.etag());
        if (request.getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH).stream()
                .flatMap(known -> Arrays.stream(known.split(",", -1)))
                .anyMatch(known -> known.strip().replaceFirst("^W/", "").equals(file.etag()))) {
            response.setStatus(304);
            callback.succeeded();
            return true;
        }
        Answers.whole(response, callback, 200, file.type(), file.bytes());
        return true;
    }
}
