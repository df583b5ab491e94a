module example.com/shop/sdk

go 1.20
