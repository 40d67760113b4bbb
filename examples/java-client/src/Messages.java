import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;

/** One sale as the annex writes it: order (2.1), payment receipt (2.3), waybill (2.5), declaration list (2.11). */
final class Messages {
    private static final String CEB = "http://www.chinaport.gov.cn/ceb";
    private static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
    private static final BigDecimal QTY = new BigDecimal("2");
    private static final BigDecimal PRICE = new BigDecimal("12.50");
    private static final BigDecimal TOTAL = QTY.multiply(PRICE);

    private final Properties firms;
    private final String number;

    /** A sale of this number, between the firms of the settings. */
    Messages(Properties firms, String number) {
        this.firms = firms;
        this.number = number;
    }

    String order() {
        String head = report(now()) + "<ceb:orderType>E</ceb:orderType>" + field("orderNo", number) + shop()
                + field("goodsValue", TOTAL) + field("freight", "0") + field("currency", "142");
        String line = field("gnum", "1") + field("itemNo", "SKU-1") + field("itemName", "TEST 玩具 & 配件")
                + field("unit", "011") + field("currency", "142") + amounts();
        return message("303", "seller", "<ceb:Order><ceb:OrderHead>" + head + "</ceb:OrderHead><ceb:OrderList>"
                + line + "</ceb:OrderList></ceb:Order>");
    }

    String receipts() {
        String at = now(); // the money is not there after it is reported
        return message("403", "seller", "<ceb:Receipts>" + report(at) + shop() + field("orderNo", number)
                + field("payCode", firm("pay.code")) + field("payName", firm("pay.name"))
                + field("payNo", "P" + number) + field("charge", TOTAL) + field("currency", "142")
                + field("accountingDate", at) + "</ceb:Receipts>");
    }

    String waybill() {
        return message("505", "carrier", "<ceb:Logistics>" + report(now()) + carrier() + field("freight", "0")
                + field("insuredFee", "0") + field("currency", "142") + field("grossWeight", "0.8")
                + field("packNo", "1") + field("goodsInfo", "测试商品") + "</ceb:Logistics>");
    }

    String list() {
        String at = now();
        String day = at.substring(0, 8);
        String head = report(at) + field("customsCode", firm("customs")) + field("ebpCode", firm("platform.code"))
                + field("ebpName", firm("platform.name")) + field("orderNo", number) + carrier()
                + field("copNo", "C" + number) + field("ieFlag", "E") + field("portCode", firm("port"))
                + field("ieDate", day) + field("statisticsFlag", "B") + field("agentCode", firm("agent.code"))
                + field("agentName", firm("agent.name")) + field("ebcCode", firm("seller.code"))
                + field("ebcName", firm("seller.name")) + field("ownerCode", "NO")
                + field("ownerName", firm("seller.name")) + field("tradeMode", "9610") + field("trafMode", "4")
                + field("country", "502") + field("POD", "USA") + field("freight", "0") + field("fCurrency", "142")
                + field("fFlag", "3") + field("insuredFee", "0") + field("iCurrency", "142") + field("iFlag", "3")
                + field("wrapType", "2") + field("packNo", "1") + field("grossWeight", "0.8")
                + field("netWeight", "0.5");
        String line = field("gnum", "1") + field("itemNo", "SKU-1") + field("itemName", "TEST 玩具 & 配件")
                + field("gcode", "9503008900") + field("gname", "测试玩具") + field("gmodel", "TEST 型号")
                + field("barCode", "无") + field("country", "502") + field("currency", "142") + field("qty", QTY)
                + field("qty1", QTY) + field("unit", "011") + field("unit1", "011") + field("price", PRICE)
                + field("totalPrice", TOTAL);
        return message("603", "agent", "<ceb:Inventory><ceb:InventoryHead>" + head
                + "</ceb:InventoryHead><ceb:InventoryList>" + line + "</ceb:InventoryList></ceb:Inventory>");
    }

    /** 36 characters, letters in upper case. */
    static String guid() {
        return UUID.randomUUID().toString().toUpperCase(Locale.ROOT);
    }

    private String message(String kind, String sender, String document) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ceb:CEB" + kind + "Message xmlns:ceb=\"" + CEB
                + "\" xmlns:xsi=\"" + XSI + "\" guid=\"" + guid() + "\" version=\"1.0\">" + document
                + "<ceb:BaseTransfer>" + field("copCode", firm(sender + ".code"))
                + field("copName", firm(sender + ".name")) + field("dxpMode", "DXP") + field("dxpId", firm("dxpId"))
                + "</ceb:BaseTransfer></ceb:CEB" + kind + "Message>";
    }

    private static String report(String at) {
        return field("guid", guid()) + field("appType", "1") + field("appTime", at) + field("appStatus", "2");
    }

    private String shop() {
        return field("ebpCode", firm("platform.code")) + field("ebpName", firm("platform.name"))
                + field("ebcCode", firm("seller.code")) + field("ebcName", firm("seller.name"));
    }

    private String carrier() {
        return field("logisticsCode", firm("carrier.code")) + field("logisticsName", firm("carrier.name"))
                + field("logisticsNo", "L" + number);
    }

    private static String amounts() {
        return field("qty", QTY) + field("price", PRICE) + field("totalPrice", TOTAL);
    }

    private static String field(String name, BigDecimal value) {
        return field(name, value.toPlainString());
    }

    private static String field(String name, String value) {
        return "<ceb:" + name + ">" + escape(value) + "</ceb:" + name + ">";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private String firm(String name) {
        String value = firms.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("client.properties: expected a line " + name + "=");
        }
        return value;
    }

    private static String now() {
        return TIME.format(Instant.now().atZone(ZoneId.of("Asia/Shanghai")));
    }
}
