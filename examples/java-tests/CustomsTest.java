import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Before;
import org.junit.Test;

/**
 * A developer's own tests against the mock single window, run by {@code swsim run -- java org.junit.runner.JUnitCore
 * CustomsTest}. Only java.net.http: what stands here can be written in any language.
 */
public class CustomsTest {
    private static final String URL = System.getenv("SWSIM_URL");
    private static final String CONTROL = System.getenv("SWSIM_CONTROL");
    private static final String DXP_ID = "DXPENTTEST000001";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Before
    public void emptySandbox() throws Exception {
        assertEquals(200, post(CONTROL + "/reset", "").statusCode());
    }

    @Test
    public void anOrderIsTakenIn() throws Exception {
        HttpResponse<String> answer = post(URL + "/messages", order("TEST-1", "2", "10", "20"));

        assertEquals(answer.body(), 202, answer.statusCode());
        assertEquals(List.of("2", "3", "120"), statuses());
    }

    @Test
    public void aWrongTotalIsRefusedAndExplained() throws Exception {
        post(URL + "/messages", order("TEST-2", "2", "10", "21"));

        assertEquals(List.of("-301008"), statuses());
        HttpResponse<String> why = get(CONTROL + "/find?q=TEST-2");
        assertTrue(why.body(), why.body().contains("\"rule\":\"ORD-11\""));
    }

    @Test
    public void aMessageThatBreaksTheSchemaSaysWhere() throws Exception {
        String broken = order("TEST-3", "2", "10", "20").replace("orderNo>", "orderNumber>");

        HttpResponse<String> answer = post(URL + "/messages", broken);

        assertEquals(422, answer.statusCode());
        assertTrue(answer.body(), answer.body().contains("orderNumber"));
    }

    /** Takes and acknowledges every return that waits; their returnStatus, in order. */
    private static List<String> statuses() throws Exception {
        List<String> found = new ArrayList<>();
        for (HttpResponse<String> one = next(); one.statusCode() == 200; one = next()) {
            Matcher status = Pattern.compile("<returnStatus>(-?\\d+)</returnStatus>").matcher(one.body());
            while (status.find()) {
                found.add(status.group(1));
            }
            String id = one.headers().firstValue("X-Return-Id").orElseThrow();
            HTTP.send(HttpRequest.newBuilder(URI.create(URL + "/returns/" + id)).DELETE().build(), BodyHandlers.ofString());
        }
        return found;
    }

    private static HttpResponse<String> next() throws Exception {
        return get(URL + "/returns/next?dxpId=" + DXP_ID);
    }

    private static HttpResponse<String> get(String url) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String url, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(body)).build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    private static String guid() {
        return UUID.randomUUID().toString().toUpperCase();
    }

    private static String order(String orderNo, String qty, String price, String total) {
        String now = ZonedDateTime.now(ZoneOffset.ofHours(8)).format(DateTimeFormatter.ofPattern("yyyyMMddHHmmss"));
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <CEB303Message xmlns="http://www.chinaport.gov.cn/ceb" guid="%s" version="1.0">
              <Order>
                <OrderHead>
                  <guid>%s</guid><appType>1</appType><appTime>%s</appTime><appStatus>2</appStatus>
                  <orderType>E</orderType><orderNo>%s</orderNo>
                  <ebpCode>4401960A01</ebpCode><ebpName>测试平台</ebpName>
                  <ebcCode>4401960A02</ebcCode><ebcName>测试商家</ebcName>
                  <goodsValue>%s</goodsValue><freight>0</freight><currency>142</currency>
                </OrderHead>
                <OrderList>
                  <gnum>1</gnum><itemNo>TEST-ITEM</itemNo><itemName>测试杯</itemName><itemDescribe>测试</itemDescribe>
                  <barCode>无</barCode><unit>011</unit><currency>142</currency>
                  <qty>%s</qty><price>%s</price><totalPrice>%s</totalPrice>
                </OrderList>
              </Order>
              <BaseTransfer>
                <copCode>4401960A02</copCode><copName>测试商家</copName><dxpMode>DXP</dxpMode><dxpId>%s</dxpId>
              </BaseTransfer>
            </CEB303Message>
            """.formatted(guid(), guid(), now, orderNo, total, qty, price, total, DXP_ID);
    }
}
